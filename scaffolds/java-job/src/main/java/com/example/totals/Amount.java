package com.example.totals;

/** One line of input: a key and a whole number. */
public record Amount(String key, long value) {
    /** Parses {@code key,number}; what cannot be read ends the job, with the line in its message. */
    public static Amount parse(String line) {
        int comma = line.lastIndexOf(',');
        try {
            return new Amount(line.substring(0, comma), Long.parseLong(line.substring(comma + 1).trim()));
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("\"" + line + "\" is not of the form key,number", e);
        }
    }
}
