"""Takes part in an election under the name given, prints `leading` once it leads and goes on until it is killed."""

import sys

from kubernetes import config
from kubernetes.leaderelection import electionconfig, leaderelection
from kubernetes.leaderelection.resourcelock.configmaplock import ConfigMapLock

config.load_kube_config()
leaderelection.LeaderElection(
    electionconfig.Config(
        ConfigMapLock("py-lock", "default", sys.argv[1]),
        lease_duration=2,
        renew_deadline=1.5,
        retry_period=0.3,
        onstarted_leading=lambda: print("leading", flush=True),
        onstopped_leading=lambda: print("stopped", flush=True),
    )
).run()
