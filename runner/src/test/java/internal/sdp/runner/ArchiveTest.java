package internal.sdp.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchiveTest {
    private static final Limits SMALL = new Limits(1 << 20, 4096, 10, Duration.ofSeconds(1), Duration.ofSeconds(1));

    @TempDir Path temporary;
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("folder"));
    }

    @Test
    void unpacksTarsWithLongNamesAndFoldersWithoutEntries() throws IOException {
        String deep = "a/" + "long-name/".repeat(20) + "müller.py";
        unpack(TestArchive.tar(Map.of(deep, "x = 1\n", "./b.py", "y = 2\n")));
        assertEquals("x = 1\n", Files.readString(folder.resolve(deep)));
        assertEquals("y = 2\n", Files.readString(folder.resolve("b.py")));
    }

    @Test
    void unpacksZips() throws IOException {
        unpack(TestArchive.zip(Map.of("a/b.py", "x = 1\n")));
        assertEquals("x = 1\n", Files.readString(folder.resolve("a/b.py")));
    }

    @Test
    void copiesWhatLinksInsideOfTheArchivePointTo() throws IOException {
        unpack(
                TestArchive.tar(
                        tar -> {
                            TestArchive.special(tar, "p/first.py", TarConstants.LF_SYMLINK, "second.py");
                            TestArchive.special(tar, "p/second.py", TarConstants.LF_SYMLINK, "../q/real.py");
                            TestArchive.special(tar, "hard.py", TarConstants.LF_LINK, "q/real.py");
                            TestArchive.special(tar, "folder", TarConstants.LF_SYMLINK, "q");
                            TestArchive.file(tar, "q/real.py", "x = 1\n");
                        }));
        for (String name : List.of("p/first.py", "p/second.py", "hard.py", "folder/real.py")) {
            assertFalse(Files.isSymbolicLink(folder.resolve(name)), name);
            assertEquals("x = 1\n", Files.readString(folder.resolve(name)), name);
        }
    }

    @Test
    void refusesNamesThatLeadOut() throws IOException {
        for (String name : List.of("../out.py", "a/../../out.py", "/etc/out.py", "a/..", "C:\\out.py", "..\\out.py", "a/../b.py")) {
            String message = refusal(TestArchive.tar(Map.of(name, "x")));
            assertTrue(message.contains(name) && message.endsWith("Build the archive without it."), message);
            String zip = refusal(TestArchive.zip(Map.of(name, "x")));
            assertTrue(zip.endsWith("Build the archive without it."), zip);
        }
        assertFalse(Files.exists(temporary.resolve("out.py")));
    }

    @Test
    void refusesLinksThatLeadOut() throws IOException {
        for (String target : List.of("/etc/passwd", "../../etc/passwd", "a/../../x", "nothing", "..")) {
            for (byte type : List.of(TarConstants.LF_SYMLINK, TarConstants.LF_LINK)) {
                String message =
                        refusal(TestArchive.tar(tar -> TestArchive.special(tar, "a/link", type, target)));
                assertTrue(message.startsWith("archive x: its entry a/link "), message);
            }
        }
        String through =
                refusal(
                        TestArchive.tar(
                                tar -> {
                                    TestArchive.special(tar, "out", TarConstants.LF_SYMLINK, temporary.toString());
                                    TestArchive.file(tar, "out/escaped.py", "x");
                                }));
        assertTrue(through.contains("outside of the archive"), through);
        assertFalse(Files.exists(temporary.resolve("escaped.py")));
    }

    @Test
    void refusesALinkToTheFolderItLiesIn() throws IOException {
        String message =
                refusal(
                        TestArchive.tar(
                                tar -> {
                                    TestArchive.file(tar, "a/b.py", "x");
                                    TestArchive.special(tar, "a/self", TarConstants.LF_SYMLINK, ".");
                                }));
        assertTrue(message.contains("a/self is a link to a folder that it lies in"), message);
    }

    @Test
    void refusesLinksInZips() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
            ZipArchiveEntry entry = new ZipArchiveEntry("link");
            entry.setUnixMode(UnixStat.LINK_FLAG | 0777);
            zip.putArchiveEntry(entry);
            zip.write("/etc/passwd".getBytes(StandardCharsets.UTF_8));
            zip.closeArchiveEntry();
        }
        assertTrue(refusal(bytes.toByteArray()).contains("link to /etc/passwd, outside of the archive"));
    }

    @Test
    void refusesDevices() throws IOException {
        for (byte type : List.of(TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO)) {
            String message = refusal(TestArchive.tar(tar -> TestArchive.special(tar, "tty", type, "")));
            assertTrue(message.contains("its entry tty is neither a file nor a folder"), message);
        }
    }

    @Test
    void refusesWhatUnpacksToTooMuch() throws IOException {
        String bomb = "0".repeat(5000);
        assertTrue(refusal(TestArchive.tar(Map.of("a", bomb))).contains("unpacks to more than 4 KiB"));
        assertTrue(refusal(TestArchive.zip(Map.of("a", bomb))).contains("unpacks to more than 4 KiB"));
        String copies =
                refusal(
                        TestArchive.tar(
                                tar -> {
                                    TestArchive.file(tar, "a", "0".repeat(3000));
                                    TestArchive.special(tar, "b", TarConstants.LF_LINK, "a");
                                }));
        assertTrue(copies.contains("unpacks to more than 4 KiB"), copies);
        byte[] many =
                TestArchive.tar(
                        tar -> {
                            for (int at = 0; at < 11; at++) {
                                TestArchive.file(tar, "f" + at, "");
                            }
                        });
        assertTrue(refusal(many).contains("more than 10 entries"));
    }

    @Test
    void saysWhatIsNoArchive() throws IOException {
        assertTrue(refusal("<html>Login".getBytes(StandardCharsets.UTF_8)).contains("a web page or XML"));
        assertTrue(refusal("version 1".getBytes(StandardCharsets.UTF_8)).contains("text that starts with \"version 1\""));
        assertTrue(refusal(new byte[0]).contains("no archive but empty"));
        assertTrue(refusal("BZh91AY".getBytes(StandardCharsets.UTF_8)).contains("packed by bzip2, xz or zstd"));
        assertTrue(refusal(TestArchive.tar(tar -> {})).contains("the archive is empty"));
    }

    @Test
    void saysThatAnArchiveIsDamaged() throws IOException {
        byte[] whole = TestArchive.tar(Map.of("a.py", "abcdefghij".repeat(100)));
        byte[] zip = TestArchive.zip(Map.of("a.py", "abcdefghij".repeat(100)));
        ByteArrayOutputStream noTar = new ByteArrayOutputStream();
        try (GZIPOutputStream zipped = new GZIPOutputStream(noTar)) {
            zipped.write("this is no tar".repeat(100).getBytes(StandardCharsets.UTF_8));
        }
        List<byte[]> damaged =
                List.of(Arrays.copyOf(whole, whole.length / 2), Arrays.copyOf(zip, zip.length / 2), noTar.toByteArray());
        for (byte[] bytes : damaged) {
            String message = refusal(bytes);
            assertTrue(message.startsWith("archive x: the archive is damaged: "), message);
        }
    }

    private void unpack(byte[] archive) throws IOException {
        Path file = Files.write(temporary.resolve("archive"), archive);
        Archive.unpack("archive x", file, folder, Limits.USUAL);
    }

    private String refusal(byte[] archive) throws IOException {
        Path file = Files.write(temporary.resolve("archive"), archive);
        PythonFolder.delete(folder);
        Files.createDirectory(folder);
        return assertThrows(RunnerException.class, () -> Archive.unpack("archive x", file, folder, SMALL)).getMessage();
    }
}
