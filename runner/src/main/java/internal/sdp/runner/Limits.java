package internal.sdp.runner;

import java.time.Duration;

/**
 * What a download and an archive may take, so that a wrong address or a hostile archive fills neither disk nor time.
 *
 * @param silence how long a server may send nothing
 * @param download how long a whole download may take
 */
record Limits(long downloadBytes, long unpackedBytes, int entries, Duration silence, Duration download) {
    static final Limits USUAL =
            new Limits(1L << 30, 4L << 30, 100_000, Duration.ofSeconds(60), Duration.ofMinutes(10));

    /** 1 GiB, 512 KiB: as messages write sizes. */
    static String size(long bytes) {
        String[] units = {"bytes", "KiB", "MiB", "GiB"};
        int unit = 0;
        long value = bytes;
        while (value >= 1024 && value % 1024 == 0 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return value + " " + units[unit];
    }
}
