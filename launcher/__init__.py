"""The ./mado command line, its virtual environment, local services and supervisor."""
