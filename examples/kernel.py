"""A kernel of one's own, in ten lines: distances between cities, along the surface of the earth."""

import farshore as fs
import numpy as np

CITIES = {
    "Cairo": (30.04, 31.24), "Lima": (-12.05, -77.04), "London": (51.51, -0.13), "Nairobi": (-1.29, 36.82),
    "New York": (40.71, -74.01), "Sydney": (-33.87, 151.21), "Tokyo": (35.68, 139.69),
}  # fmt: skip
distance = fs.ElementwiseKernel(
    "float32 north1, float32 east1, float32 north2, float32 east2",
    "float32 km",
    """let across = sin(0.5 * (east2 - east1));
       let up = sin(0.5 * (north2 - north1));
       km = 12742.0 * asin(min(1.0, sqrt(up * up + cos(north1) * cos(north2) * across * across)));""",
    "distance",
)
with fs.transfers() as ledger:
    north, east = fs.asarray(np.radians(np.array(list(CITIES.values()), np.float32).T))
    table = distance(north[:, None], east[:, None], north, east).to_numpy()
with fs.profile() as profile:
    fs.evaluate(distance(north[:, None], east[:, None], north, east))

print("km".rjust(10), *(f"{city:>9}" for city in CITIES))
for city, row in zip(CITIES, table, strict=True):
    print(f"{city:>10}", *(f"{km:9.0f}" for km in row))
print(f"\n{ledger}\n\n{profile}")
