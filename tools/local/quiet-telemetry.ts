// Import this first: locally the functions' logs and metrics would bury what people want to read.
// POWERTOOLS_LOG_LEVEL=INFO in the shell brings the logs back.
process.env['POWERTOOLS_LOG_LEVEL'] ??= 'SILENT';
process.env['POWERTOOLS_METRICS_DISABLED'] ??= 'true';
