"""What the municipality's own policy asks beside the watching: the diary, records, evaluation, snapshots."""
