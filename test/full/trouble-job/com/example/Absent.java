package com.example;

/** Is compiled, and left out of the jar. */
public final class Absent {}
