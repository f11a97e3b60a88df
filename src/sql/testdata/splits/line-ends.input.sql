;;
;SET a = b;

  SELECT été, 𠮷 FROM 😀;USE CATALOG x ; -- no more
