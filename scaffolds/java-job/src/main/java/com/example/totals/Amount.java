package com.example.totals;

/** What a record of the input says: {@code {"key": "a", "amount": 3}}. */
public final class Amount {
    public String key;
    public long amount;

    public Amount() {}

    public Amount(String key, long amount) {
        this.key = key;
        this.amount = amount;
    }
}
