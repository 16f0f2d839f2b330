"""What a test that is not passed raises."""


class Failure(AssertionError):  # noqa: N818
    """The target did otherwise than the test says. Its text: what was expected, what came."""
