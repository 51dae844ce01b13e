-- One query a line; each runs with ANSI off and on.
SELECT hash('Spark', array(123), 2)
SELECT xxhash64('Spark', array(123), 2)
