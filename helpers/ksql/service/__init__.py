"""What statements do: tried, carried out in one order by every engine of a service, and told as the API tells it."""
