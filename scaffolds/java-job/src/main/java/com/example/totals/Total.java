package com.example.totals;

/** What a record of the output says: {@code {"key": "a", "count": 2, "sum": 5}}. */
public final class Total {
    public String key;
    public long count;
    public long sum;

    public Total() {}

    public Total(String key, long count, long sum) {
        this.key = key;
        this.count = count;
        this.sum = sum;
    }
}
