"""Takes part in an election under the name given, prints `leading` once it leads and goes on until it is killed."""

import sys

from kubernetes import config
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock

config.load_kube_config()
leaderelection.LeaderElection(
    electionconfig.Config(
        ConfigMapLock("py-lock", "default", sys.argv[1]),
        lease_duration=2.5,
        renew_deadline=2,
        retry_period=1,
        onstarted_leading=lambda: print("leading", flush=True),
        onstopped_leading=lambda: print("stopped", flush=True),
    )
).run()
