"""`./mado rules check FILE.csv`: does the catalogue agree with a table of examples?"""

import click


@click.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def check(file: str, as_json: bool) -> None:
    """Check the date rules of the catalogue against FILE (columns of age_vectors.csv).

    Prints a line for every mismatch (vector, expected, got) and "N passed, N failed" last.
    Needs no database. Exit status 0 only when nothing failed.
    """
    from portal.catalogue.check import check_file
    from portal.catalogue.load import load_catalogue
    from portal.catalogue.table import print_outcomes, read_table

    print_outcomes(check_file(read_table(file), load_catalogue()), as_json=as_json)
