package io.muster.controller.cli;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What is typed or piped in, and whether somebody waits for it at this moment: a thread that reads
 * standard input cannot be interrupted.
 */
final class Typed extends FilterInputStream {
    private volatile boolean awaited;

    Typed(InputStream in) {
        super(in);
    }

    /** Whether a thread is reading now. */
    boolean awaited() {
        return awaited;
    }

    @Override
    public int read() throws IOException {
        awaited = true;
        try {
            return super.read();
        } finally {
            awaited = false;
        }
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        awaited = true;
        try {
            return super.read(into, from, length);
        } finally {
            awaited = false;
        }
    }
}
