package internal.sdp.runner;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/**
 * Hosts of addresses that another server answers for: the artifact registry of a local platform, which tells of them by {@code
 * SDP_HOST_ALIASES}, {@code pypi=127.0.0.1:29817,maven=127.0.0.1:29817}. On Kubernetes there are none.
 */
final class HostAliases {
    static final Map<String, String> OF_THIS_PROCESS = parse(System.getenv("SDP_HOST_ALIASES"));

    private HostAliases() {}

    static Map<String, String> parse(String text) {
        Map<String, String> aliases = new TreeMap<>();
        for (String entry : text == null ? new String[0] : text.split(",")) {
            int at = entry.indexOf('=');
            if (at > 0) {
                aliases.put(entry.substring(0, at), entry.substring(at + 1));
            }
        }
        return aliases;
    }

    /** Where an address of http or https is fetched from: at an alias of its host, by plain http, else where it says. */
    static URI resolve(URI address, Map<String, String> aliases) {
        String alias = address.getHost() == null ? null : aliases.get(address.getHost().toLowerCase(java.util.Locale.ROOT));
        if (alias == null) {
            return address;
        }
        String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
        return URI.create("http://" + alias + address.getRawPath() + query);
    }
}
