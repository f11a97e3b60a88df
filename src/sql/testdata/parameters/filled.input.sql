-- ${not_looked_at}
INSERT INTO out_${word} SELECT '${text}', `${text}`, E'${text}', '${empty}', ${number}, 'a${word}b${number}c'
FROM t /* ${nor_this} */ /*+ OPTIONS('topic'='${source.topics}') */
WHERE a > ${limit:10} AND b = '${title:it''s}' AND c = '${none:}' AND d = `${col:x``y}` LIMIT +${number};
