-- nothing here; at all
/* ; */