package io.muster.policy;

import io.muster.message.Bounds;
import io.muster.message.Identity;
import io.muster.message.Role;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How many others must have said yes.
 *
 * @param count how many
 * @param by who may
 */
public record Approvers(int count, Names by) {
    /** As many as travel with one request. */
    public static final int MOST = Bounds.MOST_APPROVALS;

    /**
     * @throws IllegalArgumentException if nobody needs to, or not so many can
     */
    public Approvers {
        if (count < 1 || count > MOST) {
            throw new IllegalArgumentException("count is from 1 to " + MOST + ", not " + count);
        }
        if (!by.everybody() && count > by.members().size()) {
            throw new IllegalArgumentException(
                    count + " are needed, and by names " + by.members().size());
        }
    }

    /** Some who may; invented ones, if all may. */
    List<Identity> examples(String fleet) {
        var names =
                by.everybody()
                        ? IntStream.rangeClosed(1, MOST).mapToObj(i -> "operator/any-" + i)
                        : by.members().stream();
        return names.map(
                        name ->
                                new Identity(
                                        fleet,
                                        Role.OPERATOR,
                                        name.substring(name.indexOf('/') + 1)))
                .toList();
    }

    /**
     * How many of those count here.
     *
     * @param key the fingerprint of the requester's
     */
    public int counted(List<Endorsement> endorsements, Identity requester, String key) {
        return counting(endorsements, requester, key).size();
    }

    private List<Endorsement> counting(List<Endorsement> all, Identity requester, String key) {
        var right = all.stream().filter(one -> by.include(one.approver())).toList();
        return Endorsement.counted(right, requester, key);
    }

    /** Whether there are enough. */
    Check check(Application application) {
        var counted =
                counting(application.endorsements(), application.caller(), application.callerKey());
        var shown =
                counted.stream()
                        .map(one -> one.approver().brief())
                        .collect(Collectors.joining(", "));
        return new Check(
                Check.Condition.APPROVALS,
                Holds.of(counted.size() >= count),
                "needs "
                        + (count == 1 ? "1 approval" : count + " approvals")
                        + " by "
                        + by
                        + ", has "
                        + counted.size()
                        + (counted.isEmpty() ? "" : " (" + shown + ")"));
    }
}
