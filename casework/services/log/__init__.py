"""The audit log as a whole: checkpoints, anchors, export, proofs, verification."""
