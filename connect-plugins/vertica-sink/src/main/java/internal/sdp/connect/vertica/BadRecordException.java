package internal.sdp.connect.vertica;

/** This one record cannot be written; the message says why without the record's place, which its catcher knows. */
class BadRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    BadRecordException(String message) {
        super(message, null, false, false);
    }

    /** A field without a column: the table may have got one since it was read. */
    static final class UnknownField extends BadRecordException {
        private static final long serialVersionUID = 1L;

        UnknownField(String message) {
            super(message);
        }
    }
}
