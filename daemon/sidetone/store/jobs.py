"""When each job ran last."""

LAST_RUN = "SELECT ran_at FROM job WHERE name = :name"
RAN = """
    INSERT INTO job (name, ran_at) VALUES (:name, :at) ON CONFLICT (name) DO UPDATE SET ran_at = excluded.ran_at
"""
