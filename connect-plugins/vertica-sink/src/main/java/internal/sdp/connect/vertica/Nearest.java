package internal.sdp.connect.vertica;

import java.util.List;
import java.util.Locale;

/** Says what there is when a name is not found. */
final class Nearest {
    private static final int SHOWN = 20;

    private Nearest() {}

    /** {@code Did you mean "amount"? Its columns: id, amount.} */
    static String say(String wanted, List<String> names, String what) {
        String near = null;
        int best = Math.max(2, wanted.length() / 3) + 1;
        for (String name : names) {
            int distance = distance(fold(wanted), fold(name));
            if (distance < best) {
                best = distance;
                near = name;
            }
        }
        StringBuilder text = new StringBuilder();
        if (near != null) {
            text.append("Did you mean \"").append(near).append("\"? ");
        }
        if (names.isEmpty()) {
            return text.append("It has no ").append(what).append('.').toString();
        }
        text.append("Its ")
                .append(what)
                .append(": ")
                .append(String.join(", ", names.subList(0, Math.min(SHOWN, names.size()))));
        return text.append(names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more." : ".")
                .toString();
    }

    private static String fold(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
