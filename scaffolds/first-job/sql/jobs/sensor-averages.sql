-- Measurements of five sensors, made up by Flink itself.
CREATE TEMPORARY TABLE measurements (
  sensor_number INT,
  celsius       DOUBLE,
  measured_at AS LOCALTIMESTAMP,
  WATERMARK FOR measured_at AS measured_at
) WITH (
  'connector' = 'datagen',
  'rows-per-second' = '20',
  'fields.sensor_number.min' = '1',
  'fields.sensor_number.max' = '5',
  'fields.celsius.min' = '-10',
  'fields.celsius.max' = '40'
);

-- Their average temperature, every two seconds.
INSERT INTO sensor_averages
SELECT 'sensor-' || CAST(sensor_number AS STRING), window_end, ROUND(AVG(celsius), 1)
FROM TUMBLE(DATA => TABLE measurements, TIMECOL => DESCRIPTOR(measured_at), SIZE => INTERVAL '2' SECONDS)
GROUP BY sensor_number, window_start, window_end;
