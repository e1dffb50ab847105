"""Everything on one machine with one command: Airflow, the dashboard and, for the sample, the invented world.

The walk of `run`:

    lock ─→ watchdog ─→ [sample server, mail sink] ─→ configuration ─→ Airflow's database ─→ API server, DAG processor
         ─→ (history, meanwhile) ─→ scheduler ─→ dashboard ─→ the chain through Airflow ─→ summary and addresses
         ─→ stay until Ctrl-C, or with `once` stop at once

Every process that is started carries the installation's folder in its environment, listens on loopback only, and is
ended by `crew` in the order given by its wave; if the launcher itself is killed, `watchdog` ends them.
"""
