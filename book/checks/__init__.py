"""What has drifted apart."""
