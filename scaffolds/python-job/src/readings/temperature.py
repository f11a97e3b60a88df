"""What the jobs compute. No Flink in here, so tests need none."""


def to_celsius(fahrenheit):
    """Degrees Celsius, rounded to a hundredth; None for no reading."""
    if fahrenheit is None:
        return None
    return round((fahrenheit - 32) * 5 / 9, 2)


def is_new_record(highest, celsius):
    """Whether a reading is higher than all before it."""
    return celsius is not None and (highest is None or celsius > highest)
