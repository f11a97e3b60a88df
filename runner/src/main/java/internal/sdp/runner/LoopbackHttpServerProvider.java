package internal.sdp.runner;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Keeps the JDK's HTTP servers that are to listen on every address of the machine on loopback. Flink's Prometheus reporter has no
 * setting for it, and on a laptop its metrics would be open to the network. Named by the system property
 * {@code com.sun.net.httpserver.HttpServerProvider}, of local processes only; needs
 * {@code --add-exports=jdk.httpserver/sun.net.httpserver=ALL-UNNAMED}.
 */
public final class LoopbackHttpServerProvider extends HttpServerProvider {
    private final HttpServerProvider ofJdk;

    public LoopbackHttpServerProvider() throws ReflectiveOperationException {
        // The compiler does not know the JDK's own classes.
        Class<?> provider = Class.forName("sun.net.httpserver.DefaultHttpServerProvider");
        ofJdk = (HttpServerProvider) provider.getDeclaredConstructor().newInstance();
    }

    @Override
    public HttpServer createHttpServer(InetSocketAddress address, int backlog) throws IOException {
        return ofJdk.createHttpServer(onLoopback(address), backlog);
    }

    @Override
    public HttpsServer createHttpsServer(InetSocketAddress address, int backlog) throws IOException {
        return ofJdk.createHttpsServer(onLoopback(address), backlog);
    }

    private static InetSocketAddress onLoopback(InetSocketAddress address) throws IOException {
        if (address == null || address.isUnresolved() || !address.getAddress().isAnyLocalAddress()) {
            return address;
        }
        return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), address.getPort());
    }
}
