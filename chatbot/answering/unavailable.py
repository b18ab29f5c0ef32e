"""The one failure of the answering port."""


class AnswersUnavailable(Exception):
    """The answering process can not be reached or did not answer in time: try again later."""
