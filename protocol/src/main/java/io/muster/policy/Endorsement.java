package io.muster.policy;

import io.muster.message.Identity;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * An approval that was verified: genuine, for this very request, in time.
 *
 * @param approver who gave it
 * @param key which key signed it: its fingerprint
 */
public record Endorsement(Identity approver, String key) {

    /**
     * Those that count: each of another person and with another key than the ones before, and none
     * of the requester's, whatever name or certificate is used for it.
     *
     * @param key the fingerprint of the requester's
     */
    public static List<Endorsement> counted(List<Endorsement> all, Identity requester, String key) {
        var people = new HashSet<Identity>();
        var keys = new HashSet<String>();
        people.add(requester);
        keys.add(key);
        var counted = new ArrayList<Endorsement>();
        for (var one : all) {
            if (!people.contains(one.approver()) && !keys.contains(one.key())) {
                people.add(one.approver());
                keys.add(one.key());
                counted.add(one);
            }
        }
        return List.copyOf(counted);
    }
}
