"""What can go wrong with a local service, in words a newcomer can act on."""


class ServiceError(Exception):
    """A local service can not do what was asked; the message says what to do."""


class AlreadyRunningError(ServiceError):
    """Another live process holds this data folder."""


class NotInstalledError(ServiceError):
    """No server program was found on this machine."""


class StartFailedError(ServiceError):
    """The server program ended or stayed silent while starting."""
