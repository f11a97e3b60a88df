-- a comment; with a semicolon and a quote '
INSERT INTO `a;b``;` SELECT 'x;''y;', E'it\'s; here', U&'\0041;', x'41' // neither; does this
FROM t /* nor; this ' */ WHERE url = 'https://a//b--c/*d*/'; /** and; a formal one **/
INSERT INTO b SELECT 1 /**/ ; /***/ not the end; */ INSERT INTO c SELECT /*+ OPTIONS('a;'='*/;') */ 2
