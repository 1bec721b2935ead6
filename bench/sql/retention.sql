-- The numbers of the retention report as one would write them by hand: one statement that reads each table once, joins and
-- groups by numbers and dates, and puts the names in when only the groups are left.
WITH arrival AS (
  SELECT p.worker_id, p.at_post_on AS day, p.trip_id, p.destination_code, w.village_code,
    lag(p.at_post_on) OVER (PARTITION BY p.worker_id ORDER BY p.at_post_on, p.id) AS before
  FROM dispatch_passenger p JOIN workers_worker w ON w.id = p.worker_id
  WHERE p.at_post_on BETWEEN %(first)s AND least(%(last)s, %(as_of)s) AND p.boarded AND p.outcome <> '未录用'
    AND w.village_code LIKE %(division)s
), cohort AS MATERIALIZED (
  SELECT worker_id, day, trip_id, destination_code, left(village_code, 9) AS township FROM arrival
  WHERE before IS NULL OR date_trunc('month', before::timestamp) < date_trunc('month', day::timestamp)
), known AS (
  SELECT worker_id, start_on, end_on, confirmed_to, confirmed_days FROM employment_spell WHERE known_from <= %(as_of)s
  UNION ALL
  SELECT worker_id, start_on, end_on, confirmed_to, confirmed_days FROM employment_pastspell
  WHERE known_from <= %(as_of)s AND known_to > %(as_of)s
), spells AS (
  SELECT worker_id, start_on, end_on, lead(start_on) OVER (PARTITION BY worker_id ORDER BY start_on) AS next_on,
    CASE WHEN confirmed_to <= %(as_of)s THEN confirmed_to
         ELSE (SELECT max(d) FROM unnest(confirmed_days) AS d WHERE d <= %(as_of)s) END AS confirmed
  FROM known
), told AS (
  SELECT c.worker_id, c.day, c.trip_id, c.destination_code, c.township, min(s.start_on) AS begun, min(s.end_on) AS ended,
    min(s.end_on) FILTER (WHERE s.end_on <= %(as_of)s AND s.next_on IS DISTINCT FROM s.end_on) AS left_on, max(s.confirmed) AS confirmed,
    bool_or(s.start_on <= c.day + 30 AND (s.end_on > c.day + 30) IS NOT FALSE) AS in_30,
    bool_or(s.start_on <= c.day + 90 AND (s.end_on > c.day + 90) IS NOT FALSE) AS in_90,
    bool_or(s.start_on <= c.day + 180 AND (s.end_on > c.day + 180) IS NOT FALSE) AS in_180,
    bool_or(s.start_on <= c.day + 30 AND (s.end_on > c.day + 30) IS NOT FALSE AND s.confirmed >= c.day + 25) AS still_30,
    bool_or(s.start_on <= c.day + 90 AND (s.end_on > c.day + 90) IS NOT FALSE AND s.confirmed >= c.day + 80) AS still_90,
    bool_or(s.start_on <= c.day + 180 AND (s.end_on > c.day + 180) IS NOT FALSE AND s.confirmed >= c.day + 165) AS still_180
  FROM cohort c LEFT JOIN spells s ON s.worker_id = c.worker_id AND (s.end_on > c.day) IS NOT FALSE
  GROUP BY c.worker_id, c.day, c.trip_id, c.destination_code, c.township
), member AS MATERIALIZED (
  SELECT t.batch_id, coalesce(nullif(m.destination_code, ''), t.destination_code) AS place, m.township, v.station_id,
    date_trunc('month', m.day::timestamp) AS month,
    m.day + 30 <= %(as_of)s AS due_30, m.day + 90 <= %(as_of)s AS due_90, m.day + 180 <= %(as_of)s AS due_180,
    still_30, still_90, still_180,
    in_30 IS FALSE AND ended <= m.day + 30 AS left_30, in_90 IS FALSE AND ended <= m.day + 90 AS left_90,
    in_180 IS FALSE AND ended <= m.day + 180 AS left_180,
    begun <= m.day AND left_on IS NOT NULL AS event,
    CASE WHEN (begun <= m.day) IS NOT TRUE THEN 0 WHEN left_on IS NOT NULL THEN left_on - m.day ELSE greatest(0, confirmed - m.day) END AS days
  FROM told m JOIN dispatch_trip t ON t.id = m.trip_id
  LEFT JOIN stations_plannedvisit v ON v.worker_id = m.worker_id AND v.arrived_on = m.day AND v.milestone = 7
), counted AS (
  SELECT month, batch_id, station_id, township, left(place, 2) AS province, left(place, 4) AS city,
    grouping(month, batch_id, station_id, township, left(place, 2), left(place, 4)) AS which,
    ARRAY[count(*),
      count(*) FILTER (WHERE due_30), count(*) FILTER (WHERE due_30 AND still_30), count(*) FILTER (WHERE due_30 AND left_30),
      count(*) FILTER (WHERE due_90), count(*) FILTER (WHERE due_90 AND still_90), count(*) FILTER (WHERE due_90 AND left_90),
      count(*) FILTER (WHERE due_180), count(*) FILTER (WHERE due_180 AND still_180), count(*) FILTER (WHERE due_180 AND left_180)]::float8[] AS numbers
  FROM member GROUP BY GROUPING SETS ((month), (batch_id), (station_id), (township), (left(place, 2)), (left(place, 4)), ())
), exits AS (
  SELECT month, station_id, left(place, 2) AS province, grouping(month, station_id, left(place, 2)) AS which, days,
    count(*) FILTER (WHERE event)::float8 AS gone,
    sum(count(*)) OVER (PARTITION BY grouping(month, station_id, left(place, 2)), month, station_id, left(place, 2) ORDER BY days DESC)::float8 AS risk
  FROM member GROUP BY GROUPING SETS ((month, days), (station_id, days), (left(place, 2), days), (days))
), steps AS (
  SELECT *, exp(sum(ln(nullif(risk - gone, 0) / risk)) OVER following) AS share,
    sqrt(sum(gone / (risk * nullif(risk - gone, 0))) OVER following) AS spread
  FROM exits WHERE gone > 0 WINDOW following AS (PARTITION BY which, month, station_id, province ORDER BY days)
)
SELECT CASE c.which WHEN 31 THEN 'month' WHEN 47 THEN 'trip' WHEN 55 THEN 'station' WHEN 59 THEN 'township'
    WHEN 61 THEN 'destination' WHEN 62 THEN 'destination_city' ELSE '' END,
  coalesce(to_char(c.month, 'YYYY-MM'), b.code, st.code, c.township, c.province, c.city, ''), NULL::int, c.numbers
FROM counted c LEFT JOIN dispatch_batch b ON b.id = c.batch_id LEFT JOIN stations_station st ON st.id = c.station_id
UNION ALL
SELECT CASE s.which WHEN 3 THEN 'month' WHEN 5 THEN 'station' WHEN 6 THEN 'destination' ELSE '' END,
  coalesce(to_char(s.month, 'YYYY-MM'), st.code, s.province, ''), s.days,
  CASE WHEN s.risk = s.gone THEN ARRAY[s.risk, s.gone, 0] ELSE
    ARRAY[s.risk, s.gone, s.share, power(s.share, exp(1.959963984540054 * spread / abs(ln(s.share)))),
      power(s.share, exp(-1.959963984540054 * spread / abs(ln(s.share))))] END
FROM steps s LEFT JOIN stations_station st ON st.id = s.station_id
