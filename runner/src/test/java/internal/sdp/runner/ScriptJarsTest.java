package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import internal.sdp.runner.ScriptCheck.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars of functions at an address, on a real planner. */
class ScriptJarsTest {
    private static final String TABLES =
            "CREATE TABLE a (id INT) WITH ('connector' = 'datagen');CREATE TABLE b (id INT) WITH ('connector' = 'blackhole')";

    @TempDir Path temporary;
    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private String url;
    private String sha256;

    @BeforeEach
    void start() throws Exception {
        byte[] jar = Files.readAllBytes(compileJar());
        sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(jar));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    requests.incrementAndGet();
                    boolean isThere = exchange.getRequestURI().getPath().equals("/udf.jar");
                    exchange.sendResponseHeaders(isThere ? 200 : 404, isThere ? jar.length : -1);
                    try (OutputStream body = exchange.getResponseBody()) {
                        if (isThere) {
                            body.write(jar);
                        }
                    }
                });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Path compileJar() throws IOException {
        Path source = temporary.resolve("Twice.java");
        Files.writeString(
                source,
                "package udf; public class Twice extends org.apache.flink.table.functions.ScalarFunction {"
                        + " public Integer eval(Integer value) { return 2 * value; } }");
        String classpath = System.getProperty("java.class.path");
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-proc:none", "-cp", classpath, "-d", temporary.toString(), source.toString());
        assertEquals(0, failed);
        Path jar = temporary.resolve("udf.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry("udf/Twice.class"));
            out.write(Files.readAllBytes(temporary.resolve("udf/Twice.class")));
        }
        return jar;
    }

    private List<Problem> check(String function) {
        String[] tables = TABLES.split(";");
        return ScriptCheck.check(
                List.of(tables[0], tables[1], function, "INSERT INTO b SELECT twice(id) FROM a"), new Configuration());
    }

    private String problem(String function) {
        List<Problem> problems = check(function);
        assertEquals(1, problems.size(), problems.toString());
        return problems.get(0).seen();
    }

    private static String using(String address) {
        return "CREATE FUNCTION twice AS 'udf.Twice' USING JAR '" + address + "'";
    }

    @Test
    void areFetchedAndUsed() {
        assertEquals(List.of(), check(using(url + "/udf.jar")));
    }

    @Test
    void thatArePinnedAreFetchedOnce() {
        assertEquals(List.of(), check(using(url + "/udf.jar#sha256=" + sha256)));
        int once = requests.get();
        assertEquals(List.of(), check(using(url + "/udf.jar#sha256=" + sha256)));
        assertEquals(once, requests.get());
    }

    @Test
    void ofThisMachineArePinnedToo() {
        String address = temporary.resolve("udf.jar").toUri() + "#sha256=";
        assertEquals(List.of(), check(using(address + sha256)));
        assertTrue(problem(using(address + "0".repeat(64))).contains("its SHA-256 is " + sha256 + ", not 000"));
    }

    @Test
    void thatCannotBeHadAreTold() {
        assertEquals(
                "the jar " + url + "/gone.jar cannot be loaded: the server answered 404 (Not Found)",
                problem(using(url.replace("http://", "http://user:token@") + "/gone.jar")));
        assertTrue(problem(using(url + "/udf.jar#sha256=12")).contains("its sha256 has no 64 hex digits"));
    }

    @Test
    void areAddedByThemselves() {
        FilledStatement add = FilledStatement.plain("ADD JAR '" + url + "/udf.jar'");
        String localized = ScriptJars.localize(add);
        assertTrue(localized.matches("ADD JAR '/.*/" + sha256 + "\\.jar'"), localized);
        String other = "CREATE VIEW jar AS SELECT 'http://x/y.jar' AS jar FROM a";
        assertEquals(other, ScriptJars.localize(FilledStatement.plain(other)));
    }
}
