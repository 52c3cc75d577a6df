"""When each job ran last, and what it said."""

LAST_RUN = "SELECT ran_at, said FROM job WHERE name = :name"
# A job that is new counts from now on, though it has said nothing yet.
BEGUN = "INSERT INTO job (name, ran_at) VALUES (:name, :at)"
RAN = """
    INSERT INTO job (name, ran_at, said) VALUES (:name, :at, :said)
    ON CONFLICT (name) DO UPDATE SET ran_at = excluded.ran_at, said = excluded.said
"""
