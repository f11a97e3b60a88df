import pytest

from readings.temperature import is_new_record, to_celsius


@pytest.mark.parametrize("fahrenheit, celsius", [(32, 0), (212, 100), (68.5, 20.28), (-40, -40), (None, None)])
def test_converts(fahrenheit, celsius):
    assert to_celsius(fahrenheit) == celsius


@pytest.mark.parametrize(
    "highest, celsius, expected",
    [(None, -3.0, True), (20.0, 20.5, True), (20.0, 20.0, False), (20.0, 3.0, False), (20.0, None, False)],
)
def test_knows_a_record(highest, celsius, expected):
    assert is_new_record(highest, celsius) is expected
