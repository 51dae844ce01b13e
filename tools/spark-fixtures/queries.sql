-- One query a line; each runs with ANSI off and on. Doubles and floats come out as the digits of their bits.
-- Hashes
SELECT hash('Spark', array(123), 2)
SELECT xxhash64('Spark', array(123), 2)
SELECT hash(1), hash(1L), hash(''), hash('a'), hash('é'), hash(1.0D), hash(0.0D), hash(-0.0D), hash(CAST('100000000000000000000' AS DECIMAL(38,0)))
SELECT hash(CAST(NULL AS INT)), hash(CAST(NULL AS STRING), NULL), xxhash64(CAST(NULL AS INT))
SELECT hash(map(1, 2))
SELECT hash(double('NaN')), hash(float('NaN')), hash(float('-0.0')), hash(float('0.0'))
SELECT hash(make_interval(0, 1, 0, 2, 0, 0, 3)), xxhash64(make_interval(0, 1, 0, 2, 0, 0, 3))
SELECT hash(i), hash(make_interval(0, 1, 0, 9, 0, 0, 3)) FROM (SELECT make_interval(0, 1, 0, CAST(id AS INT), 0, 0, 3) AS i FROM range(3))
-- Types of decimals
SELECT CAST(1 AS DECIMAL(10,2)) + CAST(1 AS DECIMAL(12,4)), CAST(1 AS DECIMAL(10,2)) - CAST(1 AS DECIMAL(12,4)), CAST(1 AS DECIMAL(10,2)) * CAST(1 AS DECIMAL(12,4)), CAST(1 AS DECIMAL(10,2)) / CAST(3 AS DECIMAL(12,4)), CAST(7 AS DECIMAL(10,2)) % CAST(3 AS DECIMAL(12,4))
SELECT CAST(1 AS DECIMAL(38,10)) + CAST(1 AS DECIMAL(38,5)), CAST(1 AS DECIMAL(38,10)) * CAST(1 AS DECIMAL(38,10)), CAST(1 AS DECIMAL(38,10)) / CAST(3 AS DECIMAL(38,10))
SELECT CAST(1 AS DECIMAL(38,18)) / CAST(3 AS DECIMAL(38,18)), CAST(2 AS DECIMAL(38,0)) / CAST(3 AS DECIMAL(38,0)), CAST(2 AS DECIMAL(5,0)) / CAST(3 AS DECIMAL(5,0))
SELECT CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0)) + CAST(1 AS DECIMAL(38,0))
SELECT CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0)) * CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0))
SELECT CAST('0.1234567890123456789' AS DECIMAL(38,19)) * CAST('0.9876543210987654321' AS DECIMAL(38,19)), CAST('-1.5' AS DECIMAL(38,19)) * CAST('0.0000000000000000005' AS DECIMAL(38,19))
SELECT CAST('12345678901234567890.123456789012345678' AS DECIMAL(38,18)) / CAST('0.000000000000000007' AS DECIMAL(38,18))
SELECT CAST(1 AS DECIMAL(10,2)) / CAST(0 AS DECIMAL(10,2))
SELECT CAST('2.345' AS DECIMAL(5,2)), CAST('-2.345' AS DECIMAL(5,2)), CAST('2.335' AS DECIMAL(5,2))
SELECT CAST(2.345D AS DECIMAL(5,2)), CAST(1.005D AS DECIMAL(5,2)), CAST(0.1D AS DECIMAL(38,20)), CAST(1e20D AS DECIMAL(38,0)), CAST(float('0.1') AS DECIMAL(20,15))
SELECT CAST(12345 AS DECIMAL(4,1))
SELECT round(2.5D), round(-2.5D), round(1.005D, 2), round(2.675D, 2), round(0.5D), round(1.45D, 1), round(125, -1), round(CAST('2.345' AS DECIMAL(10,3)), 2), round(CAST('9.95' AS DECIMAL(3,2)), 1)
SELECT bround(2.5D), bround(3.5D), bround(CAST('2.345' AS DECIMAL(10,3)), 2), ceil(CAST('-1.5' AS DECIMAL(10,3))), floor(CAST('-1.5' AS DECIMAL(10,3)))
-- Sums and means
SELECT sum(CAST(v AS DECIMAL(7,2))), avg(CAST(v AS DECIMAL(7,2))), sum(CAST(v AS DECIMAL(20,2))), avg(CAST(v AS DECIMAL(20,2))) FROM VALUES (1), (2), (2) AS t(v)
SELECT avg(CAST(v AS DECIMAL(11,2))), avg(CAST(v AS DECIMAL(12,2))) FROM VALUES (1), (2), (2) AS t(v)
SELECT sum(v) FROM VALUES (CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0))), (CAST(1 AS DECIMAL(38,0))) AS t(v)
SELECT sum(v), avg(v) FROM VALUES (2147483647), (1) AS t(v)
SELECT sum(v) FROM VALUES (9223372036854775807L), (1L) AS t(v)
SELECT avg(v) FROM VALUES (9223372036854775807L), (1L) AS t(v)
SELECT sum(v), avg(v), count(v), min(v), max(v) FROM VALUES (CAST(NULL AS INT)) AS t(v)
SELECT stddev_samp(v), stddev_pop(v), var_samp(v), var_pop(v) FROM VALUES (1.0D) AS t(v)
SELECT stddev_samp(v), stddev_pop(v), var_samp(v), var_pop(v) FROM VALUES (1.0D), (2.0D), (4.0D) AS t(v)
SELECT min(v), max(v) FROM VALUES (double('NaN')), (1.0D), (double('Infinity')) AS t(v)
SELECT first(v), count(*) FROM VALUES (-0.0D), (0.0D) AS t(v) GROUP BY v
SELECT count(*), sum(CAST(n AS INT)) FROM (SELECT v, count(*) AS n FROM VALUES (0.0D), (-0.0D), (double('NaN')), (double('NaN')) AS t(v) GROUP BY v)
-- Arithmetic
SELECT 2147483647 + 1
SELECT 9223372036854775807L + 1L
SELECT -(-2147483648), abs(-2147483648)
SELECT CAST(127 AS TINYINT) + CAST(1 AS TINYINT)
SELECT 7 / 2, 7 div 2, -7 div 2, 7 % -3, -7 % 3, pmod(-7, 3), pmod(-7, -3)
SELECT 1 / 0
SELECT 1.0D / 0.0D
SELECT 1 % 0
SELECT 5.5D % 0.0D
SELECT -2147483648 div -1, -9223372036854775808L div -1L
SELECT shiftright(-8, 1), shiftrightunsigned(-8, 1), shiftleft(1, 33), shiftright(1L, 65), 5 & 3, 5 | 3, 5 ^ 3, ~5
-- Comparison
SELECT double('NaN') = double('NaN'), double('NaN') > double('Infinity'), 0.0D = -0.0D, 0.0D < -0.0D, double('NaN') < 1.0D, greatest(1.0D, double('NaN')), least(1.0D, double('NaN'))
SELECT NULL = NULL, NULL <=> NULL, 1 <=> NULL, NOT (CAST(NULL AS BOOLEAN)), NULL AND false, NULL OR true, 1 IN (2, NULL), 1 IN (1, NULL), 1 NOT IN (2, NULL)
SELECT 'a' < 'B', 'a' < 'aa', 'é' > 'z', '￿' < '😀', 'a' = 'a ', '' < 'a'
SELECT v FROM VALUES (1), (NULL), (2) AS t(v) ORDER BY v
SELECT v FROM VALUES (1), (NULL), (2) AS t(v) ORDER BY v DESC
SELECT v FROM VALUES (double('NaN')), (NULL), (1.0D), (double('-Infinity')), (double('Infinity')) AS t(v) ORDER BY v
SELECT CASE WHEN CAST(NULL AS BOOLEAN) THEN 1 ELSE 2 END, coalesce(NULL, 3), if(CAST(NULL AS BOOLEAN), 1, 2), nullif(1, 1), nvl(NULL, 4)
-- Strings
SELECT substring('Spark SQL', 0, 3), substring('Spark SQL', 1, 3), substring('Spark SQL', -3, 2), substring('Spark SQL', -12, 5), substring('Spark SQL', 5), substring('a😀é中', 2, 2), substring('abc', 2, -1), substring('abc', 9, 1)
SELECT substring('abc', -5, 3), substring('abc', -5, 2), substr('abc', 0, 1), left('abc', 2), right('a😀c', 2)
SELECT concat('a', NULL), concat_ws(',', 'a', NULL, 'b'), upper('straße'), lower('ÀÉ'), length('a😀é'), octet_length('a😀é'), trim('  a b '), ltrim(' a'), rtrim('a '), upper('ŉ')
SELECT 'a_c' LIKE 'a\_c', 'abc' LIKE 'a\_c', 'a😀c' LIKE 'a_c', 'a\nb' LIKE 'a%b', '' LIKE '%', 'abc' LIKE 'abc%', 'a%c' LIKE 'a\%c', NULL LIKE 'a'
SELECT v LIKE 'a\\bc' FROM VALUES ('abc') AS t(v)
SELECT v LIKE 'abc\\' FROM VALUES ('abc') AS t(v)
SELECT startswith('Spark', 'Sp'), endswith('Spark', 'rk'), contains('Spark', 'par'), instr('Spark', 'ar'), locate('a', 'banana', 3), replace('banana', 'an', 'x'), lpad('ab', 5, 'xy'), rpad('ab', 5, 'xy'), repeat('ab', 2), reverse('a😀c')
-- Casts
SELECT CAST(' 12 ' AS INT), CAST('12.9' AS INT)
SELECT CAST('abc' AS INT)
SELECT CAST('2147483648' AS INT)
SELECT CAST(300 AS TINYINT)
SELECT CAST(1e10D AS INT)
SELECT CAST(double('NaN') AS INT)
SELECT CAST(1.9D AS INT), CAST(-1.9D AS INT), CAST(CAST('1.9' AS DECIMAL(3,1)) AS INT)
SELECT CAST('t' AS BOOLEAN), CAST('yes' AS BOOLEAN), CAST('0' AS BOOLEAN)
SELECT CAST('maybe' AS BOOLEAN)
SELECT CAST(1.0D AS STRING), CAST(1e7D AS STRING), CAST(1e-3D AS STRING), CAST(1e-4D AS STRING), CAST(123456789.0D AS STRING), CAST(float('1.1') AS STRING), CAST(double('NaN') AS STRING), CAST(-0.0D AS STRING), CAST(2e-323D AS STRING), CAST(1.0E23D AS STRING)
SELECT CAST(CAST('1.50' AS DECIMAL(5,2)) AS STRING), CAST(CAST('0.00000012' AS DECIMAL(10,8)) AS STRING), CAST(true AS STRING), CAST(DATE'2020-01-02' AS STRING), CAST(TIMESTAMP'2020-01-02 03:04:05.600' AS STRING)
SELECT CAST('1e3' AS DOUBLE), CAST(' Infinity' AS DOUBLE), CAST('-inf' AS DOUBLE), CAST('nan' AS DOUBLE), CAST('1d' AS DOUBLE), CAST('0.1f' AS FLOAT)
SELECT CAST('12345678901234567890123456789012345678.9' AS DECIMAL(38,0)), CAST('1e3' AS DECIMAL(10,2)), CAST(' 1.5 ' AS DECIMAL(10,2))
-- Dates and timestamps
SELECT CAST('2020' AS DATE), CAST('2020-3' AS DATE), CAST('2020-03-04' AS DATE), CAST(' 2020-3-4 ' AS DATE), CAST('2020-03-04T12' AS DATE), CAST('2020-03-04 anything' AS DATE)
SELECT CAST('2020-13-01' AS DATE)
SELECT CAST('2020-02-30' AS DATE)
SELECT CAST('2020-03 x' AS DATE)
SELECT date_add(DATE'2020-02-28', 2), date_sub(DATE'2020-03-01', 1), add_months(DATE'2020-01-31', 1), datediff(DATE'2020-03-01', DATE'2020-02-01'), last_day(DATE'2020-02-10'), months_between(DATE'2020-03-31', DATE'2020-02-29')
SELECT year(DATE'2020-12-31'), quarter(DATE'2020-12-31'), month(DATE'2020-12-31'), day(DATE'2020-12-31'), dayofweek(DATE'2020-12-31'), dayofyear(DATE'2020-12-31'), weekofyear(DATE'2021-01-01'), extract(WEEK FROM DATE'2021-01-03')
SELECT DATE'1500-01-01', DATE'0001-01-01', DATE'9999-12-31', TIMESTAMP'0001-01-01 00:00:00', TIMESTAMP'1969-12-31 23:59:59.999999', TIMESTAMP_NTZ'2020-01-02 03:04:05'
SELECT date_trunc('month', TIMESTAMP'2020-05-17 12:34:56'), trunc(DATE'2020-05-17', 'YEAR'), hour(TIMESTAMP'1969-12-31 23:00:00'), second(TIMESTAMP'2020-01-01 00:00:59.5'), unix_timestamp(TIMESTAMP'1969-12-31 23:59:59.5')
SELECT TIMESTAMP'2020-01-31 00:00:00' + INTERVAL '1' MONTH, DATE'2020-03-31' - INTERVAL '1' MONTH, DATE'2020-03-31' + INTERVAL '1 12' DAY TO HOUR, INTERVAL '1-2' YEAR TO MONTH, INTERVAL '-1 02:03:04.5' DAY TO SECOND, make_interval(1, 2, 3, 4, 5, 6, 7.5)
-- Grouping and windows
SELECT a, b, grouping_id(a, b), sum(c) FROM VALUES (1, 1, 10L), (1, 2, 20L), (NULL, 1, 30L) AS t(a, b, c) GROUP BY ROLLUP(a, b) ORDER BY 3, 1, 2
SELECT v, rank() OVER (ORDER BY v), dense_rank() OVER (ORDER BY v), row_number() OVER (ORDER BY v), sum(v) OVER (ORDER BY v), lag(v) OVER (ORDER BY v), ntile(2) OVER (ORDER BY v) FROM VALUES (1), (1), (3), (NULL) AS t(v) ORDER BY 4
