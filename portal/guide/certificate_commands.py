"""`./mado certificates check FILE.csv`: do the kiosk rules agree with a table of examples?"""

import click


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def check(file: str, as_json: bool) -> None:
    """Check the kiosk rules against FILE (columns of kiosk_vectors.csv).

    Prints a line for every mismatch (row, expected, got) and "N passed, N failed" last.
    Needs no database. Exit status 0 only when nothing failed.
    """
    from portal.catalogue.table import print_outcomes, read_table
    from portal.guide.certificates_check import check_file
    from portal.guide.certificates_reading import load_certificates

    print_outcomes(check_file(read_table(file), load_certificates()), as_json=as_json)
