package io.muster.audit;

import io.muster.message.AuditHead;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The examination of a node's audit log by somebody else: what was changed, removed, inserted or
 * put in another order in these files; and, with what the node signed about it earlier, whether the
 * end was cut off or all of it written anew.
 *
 * @param chains what was found of each chain
 * @param problems what the node agent did not write so; none if the log is sound
 * @param notices what can be found in no way, or was not looked at
 */
public record Inspection(List<Chain> chains, List<Problem> problems, List<String> notices) {

    /**
     * What there is of one chain.
     *
     * @param id names it
     * @param node whose log it is, as its first record says
     * @param from sequence of the first record
     * @param to sequence of the last record
     * @param records how many
     * @param attested the newest record that the node signed for, if it is among them
     */
    public record Chain(
            String id,
            String node,
            long from,
            long to,
            long records,
            Optional<Attested> attested) {}

    public Inspection {
        chains = List.copyOf(chains);
        problems = List.copyOf(problems);
        notices = List.copyOf(notices);
    }

    /** Whether nothing is wrong. */
    public boolean sound() {
        return problems.isEmpty();
    }

    /** Whether of each chain there is a record that its node signed for. */
    public boolean covered() {
        return !chains.isEmpty() && chains.stream().allMatch(c -> c.attested().isPresent());
    }

    /**
     * Looks at those files.
     *
     * @param files in any order
     * @param attested what the node, and maybe others, signed
     */
    public static Inspection of(List<Path> files, List<Attested> attested) throws IOException {
        var wanted = new HashSet<Long>();
        attested.forEach(a -> wanted.add(a.head().sequence()));
        var chains = new TreeMap<String, List<AuditedFile>>();
        var report = new Report();
        for (var file : files) {
            var read = AuditedFile.read(file, wanted);
            report.problems.addAll(read.problems());
            read.chain()
                    .ifPresent(
                            chain ->
                                    chains.computeIfAbsent(chain, _ -> new ArrayList<>())
                                            .add(read));
        }
        chains.forEach((chain, of) -> report.chain(chain, of, attested));
        report.others(chains.keySet(), attested, files);
        return new Inspection(report.chains, report.problems, report.notices);
    }

    /** What is written down while the chains are looked at. */
    private static final class Report {
        private final List<Chain> chains = new ArrayList<>();
        private final List<Problem> problems = new ArrayList<>();
        private final List<String> notices = new ArrayList<>();

        void chain(String id, List<AuditedFile> files, List<Attested> attested) {
            var ordered = new ArrayList<>(files);
            ordered.sort(Comparator.comparingLong(f -> f.first().orElseThrow().sequence()));
            joints(ordered);
            var from = ordered.getFirst().first().orElseThrow();
            var to = ordered.getLast().last().orElseThrow();
            if (from.sequence() > 0) {
                notices.add(
                        "chain "
                                + id
                                + ": records 0 to "
                                + (from.sequence() - 1)
                                + " are in files that are not among these");
            }
            var node = from.text("node").orElse("");
            var own =
                    attested.stream()
                            .filter(a -> a.head().chain().equals(id))
                            .filter(a -> node.isEmpty() || a.node().uri().equals(node))
                            .toList();
            var newest = Optional.<Attested>empty();
            for (var each : own) {
                if (stands(each, ordered, from.sequence(), to.sequence())) {
                    newest =
                            newest.filter(n -> n.head().sequence() >= each.head().sequence())
                                    .or(() -> Optional.of(each));
                }
            }
            notices.add(bound(id, newest, to));
            var records = ordered.stream().mapToLong(AuditedFile::records).sum();
            chains.add(new Chain(id, node, from.sequence(), to.sequence(), records, newest));
        }

        private void joints(List<AuditedFile> ordered) {
            Optional<AuditHead> head = Optional.empty();
            for (var file : ordered) {
                var first = file.first().orElseThrow();
                var before = head;
                if (before.isPresent() && !first.follows(before.get())) {
                    problem(
                            file.file(),
                            "its first record, "
                                    + first.sequence()
                                    + ", does not follow record "
                                    + before.get().sequence()
                                    + " of the file before: a file is missing, twice there, or"
                                    + " not the one that was written");
                } else if (before.isEmpty()
                        && first.sequence() == 0
                        && !first.previous().equals(AuditRecord.NOTHING_BEFORE)) {
                    problem(file.file(), "its first record says that there was one before");
                }
                head = file.head();
            }
        }

        private boolean stands(Attested signed, List<AuditedFile> files, long from, long to) {
            var sequence = signed.head().sequence();
            if (sequence < from) {
                return false;
            }
            var last = files.getLast().file();
            if (sequence > to) {
                problem(
                        last,
                        "the log ends with record "
                                + to
                                + ", and at "
                                + signed.at()
                                + " the node had signed for record "
                                + sequence
                                + ": its end was cut off");
                return false;
            }
            var hash =
                    files.stream()
                            .flatMap(f -> Optional.ofNullable(f.hashes().get(sequence)).stream())
                            .findFirst();
            if (hash.filter(signed.head().hash()::equals).isPresent()) {
                return true;
            }
            problem(
                    last,
                    "record "
                            + sequence
                            + " is not the one that the node signed for at "
                            + signed.at()
                            + ": the log was written anew");
            return false;
        }

        private static String bound(String id, Optional<Attested> newest, AuditRecord to) {
            if (newest.isEmpty()) {
                return "chain "
                        + id
                        + ": without checkpoints nobody can tell whether its end was cut off, or"
                        + " all of it written anew by somebody with the rights of the node agent";
            }
            var sequence = newest.get().head().sequence();
            return "chain "
                    + id
                    + ": up to record "
                    + sequence
                    + " it is what the node signed for at "
                    + newest.get().at()
                    + (sequence == to.sequence()
                            ? "; what may have come after it is not known"
                            : "; what came after it may have been cut off or written anew");
        }

        /** Of a node whose log this is nothing may be missing as a whole. */
        void others(java.util.Set<String> known, List<Attested> attested, List<Path> files) {
            var nodes = chains.stream().map(Chain::node).toList();
            var missing = new TreeMap<String, Attested>();
            for (var signed : attested) {
                var ours = nodes.isEmpty() || nodes.contains(signed.node().uri());
                if (ours && !known.contains(signed.head().chain())) {
                    missing.merge(
                            signed.head().chain(),
                            signed,
                            (one, other) -> one.at().isAfter(other.at()) ? one : other);
                }
            }
            missing.forEach(
                    (chain, signed) ->
                            problem(
                                    files.getFirst(),
                                    "chain "
                                            + chain
                                            + ", of which "
                                            + signed.node().brief()
                                            + " signed for record "
                                            + signed.head().sequence()
                                            + " at "
                                            + signed.at()
                                            + ", is not in these files"));
        }

        private void problem(Path file, String what) {
            problems.add(new Problem(file, Optional.empty(), what));
        }
    }
}
