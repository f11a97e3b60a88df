CREATE TABLE t (`${secret:db.team-a/column}` INT) WITH (
 'password' = 'a ${secret:db/pass_word.TXT} b ${secret:db/-}', 'e' = E'${secret:0/.x}'
) -- ${secret:}
