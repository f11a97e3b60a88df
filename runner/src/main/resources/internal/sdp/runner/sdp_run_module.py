"""Runs a module as `python -m` does, and writes why it failed to where the runner reads it.

Arguments: the file for the report (the place on its first line, then what was said), the folder of the
job's archive, the module, and the module's own arguments.
"""
import os
import runpy
import sys
import traceback


class LastLine:
    """Standard error, of which the last line is kept: what argparse and sys.exit print."""

    def __init__(self, stream):
        self.stream = stream
        self.text = ""

    def write(self, text):
        self.text = (self.text + text)[-2000:]
        return self.stream.write(text)

    def line(self):
        lines = [line for line in self.text.splitlines() if line.strip()]
        return lines[-1].strip() if lines else ""

    def __getattr__(self, name):
        return getattr(self.stream, name)


def in_archive(folder, path):
    real = os.path.realpath(path)
    if not real.startswith(folder + os.sep):
        return None
    return os.path.relpath(real, folder).replace("pyflink-of-the-archive", "pyflink")


def place(folder, error):
    """The innermost line of the archive that the error came through."""
    if isinstance(error, SyntaxError) and error.filename:
        file = in_archive(folder, error.filename)
        if file:
            return "%s:%s" % (file, error.lineno)
    found = ""
    for frame in traceback.extract_tb(error.__traceback__):
        file = in_archive(folder, frame.filename)
        if file:
            found = "%s:%s" % (file, frame.lineno)
    return found


def describe(error):
    name = type(error).__name__
    if isinstance(error, SyntaxError):
        return "%s: %s" % (name, error.msg)
    text = str(error)
    return "%s: %s" % (name, text) if text else name


def own_frames(folder, trace):
    """Without the lines of this file and of runpy."""
    while trace and not in_archive(folder, trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def enter_submission():
    """Flink's calls of this thread belong to the submission that this process was started for."""
    if "PYFLINK_GATEWAY_PORT" in os.environ:
        from pyflink.java_gateway import get_gateway

        get_gateway().jvm.internal.sdp.runner.SubmissionContext.enter()


def main():
    report, folder, module = sys.argv[1:4]
    folder = os.path.realpath(folder)
    sys.argv[1:] = sys.argv[4:]

    def write(where, text):
        with open(report, "w", encoding="utf-8") as file:
            file.write("%s\n%s\n" % (where, text))

    sys.stderr = LastLine(sys.stderr)
    try:
        enter_submission()
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if end.code not in (None, 0):
            said = end.code if isinstance(end.code, str) else sys.stderr.line()
            write("", "SystemExit: %s" % (said or "the module ended with %s" % end.code))
        raise
    except BaseException as error:
        write(place(folder, error), describe(error))
        trace = own_frames(folder, error.__traceback__)
        traceback.print_exception(type(error), error, trace or error.__traceback__)
        sys.exit(1)


main()
