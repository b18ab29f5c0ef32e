# Thin names for ./mado, which does the work: `make bench-mypage` is `./mado bench mypage`.
.PHONY: run fresh test deep check backup restore help
.DEFAULT_GOAL := help

help: ; @./mado --help
run: ; @./mado run
fresh: ; @./mado run --fresh
test: ; @./mado test
deep: ; @./mado test --deep
check: ; @./mado check
bench-%: ; @./mado bench $*
backup: ; @./mado backup run
restore: ; @./mado backup restore $(ARGS)
