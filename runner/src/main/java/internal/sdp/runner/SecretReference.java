package internal.sdp.runner;

import java.util.regex.Pattern;

/** The {@code name/key} of a {@code ${secret:name/key}}. The same rules as in src/sql/secrets.ts, which are Kubernetes'. */
record SecretReference(String name, String key) {
    private static final String LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
    private static final Pattern NAME = Pattern.compile(LABEL + "(?:\\." + LABEL + ")*");
    private static final Pattern KEY = Pattern.compile("[-._A-Za-z0-9]+");
    private static final int MAX_LENGTH = 253;

    /** Null when the text names no Secret and key. */
    static SecretReference parse(String text) {
        int slash = text.indexOf('/');
        String name = slash < 0 ? "" : text.substring(0, slash);
        String key = text.substring(slash + 1);
        boolean goodName = name.length() <= MAX_LENGTH && NAME.matcher(name).matches();
        boolean goodKey = key.length() <= MAX_LENGTH && KEY.matcher(key).matches();
        boolean folder = key.equals(".") || key.startsWith("..");
        return goodName && goodKey && !folder ? new SecretReference(name, key) : null;
    }

    /** As it stands in SQL. */
    @Override
    public String toString() {
        return "${secret:" + name + "/" + key + "}";
    }
}
