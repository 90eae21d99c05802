/** Starts the page. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App } from './App.js';
import { SelectedWallet } from './wallet/SelectedWallet.js';
import './styles/index.css';

const client = new QueryClient({
  defaultOptions: { queries: { refetchOnWindowFocus: true, staleTime: 2_000 } },
});
const place = document.getElementById('page');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <SelectedWallet>
          <App />
        </SelectedWallet>
      </QueryClientProvider>
    </StrictMode>,
  );
}
