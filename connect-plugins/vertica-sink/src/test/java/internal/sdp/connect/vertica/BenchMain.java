package internal.sdp.connect.vertica;

public class BenchMain { public static void main(String[] a) {} }
