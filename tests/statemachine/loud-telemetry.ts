// Import this first: the functions log and count as much as they can, whatever the shell says.
process.env['POWERTOOLS_LOG_LEVEL'] = 'DEBUG';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'false';
