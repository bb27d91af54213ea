package io.muster.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Why a file could not be used, in words: the JDK's messages are often only the file's name. */
public final class IoReason {
    private IoReason() {}

    /** The reason on one line. */
    public static String of(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case NoSuchFileException missing -> "no " + missing.getFile();
            case FileAlreadyExistsException there -> there.getFile() + " is there already";
            case DirectoryNotEmptyException full -> full.getFile() + " is not empty";
            case FileSystemException other ->
                    other.getFile() + ": " + String.valueOf(other.getReason());
            case CharacterCodingException _ -> "not text in UTF-8";
            default -> String.valueOf(e.getMessage());
        };
    }
}
