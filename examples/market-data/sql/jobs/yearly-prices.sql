-- The year of a symbol: its first, highest, lowest, last and average price, by the time of the trade. A year is over
-- when the symbol is traded in a later one.
INSERT INTO yearly_prices
SELECT symbol, `year`, `open`, high, low, `close`, average
FROM trades
MATCH_RECOGNIZE (
  PARTITION BY symbol
  ORDER BY traded_at
  MEASURES
    CAST(EXTRACT(YEAR FROM FIRST(this_year.traded_at)) AS INT) AS `year`,
    FIRST(this_year.price) AS `open`,
    MAX(this_year.price) AS high,
    MIN(this_year.price) AS low,
    LAST(this_year.price) AS `close`,
    CAST(AVG(this_year.price) AS DECIMAL(10, 2)) AS average
  ONE ROW PER MATCH
  AFTER MATCH SKIP TO LAST next_year
  PATTERN (this_year+ next_year)
  DEFINE
    this_year AS EXTRACT(YEAR FROM this_year.traded_at) = EXTRACT(YEAR FROM FIRST(this_year.traded_at))
);
